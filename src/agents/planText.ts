import type { Plan, Task } from './plan.ts'
import { section } from './section.ts'

const PLAN_CHARACTERS_MAX = 40_000
const TASK_CHARACTERS_MAX = 12_000

/** The plan as a section that a model reads: stack, decisions and every task in full. */
export function planSection(plan: Plan): string {
  return section('Plan', planText(plan), PLAN_CHARACTERS_MAX)
}

/** One task in full as a section. */
export function taskSection(task: Task): string {
  return section('The task', taskText(task), TASK_CHARACTERS_MAX)
}

/** The stack, the decisions and the list of tasks by title: what somebody who builds one task needs of the rest. */
export function outlineSection(plan: Plan): string {
  const tasks = plan.tasks.map(each => `- ${each.id} ${each.title}`)
  return section('Plan in outline', [...headLines(plan), 'Tasks:', ...tasks].join('\n'), PLAN_CHARACTERS_MAX)
}

function planText(plan: Plan): string {
  return [...headLines(plan), ...plan.tasks.map(taskText)].join('\n')
}

function headLines(plan: Plan): string[] {
  return [
    `Toolchain: ${plan.toolchain} (${plan.why})`,
    `Started by: ${plan.start.command}`,
    ...(plan.start.serves ? [`Serves HTTP; asked of it: ${JSON.stringify(plan.start.serves.requests)}`] : []),
    'Decisions:',
    ...plan.traps.map(each => `- ${each.trap}: ${each.decision}`),
  ]
}

function taskText(task: Task): string {
  return [
    `${task.id} ${task.title}`,
    task.detail,
    `Files: ${task.files.join(', ')}`,
    `Depends on: ${task.dependsOn.join(', ') || 'nothing'}`,
    ...task.criteria.map(each => `- ${each.id}: ${each.text}`),
  ].join('\n')
}
