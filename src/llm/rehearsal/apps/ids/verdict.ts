import { brief } from './brief.ts'
import { tasks } from './tasks.ts'

/** Where the rehearsal Architect saw that a criterion is met, for the tasks and for the whole. */
const EVIDENCE: Readonly<Record<string, string>> = {
  'T1.1': 'internal/ident/ident.go, New and makers; ident_test.go makes a thousand of each kind.',
  'T1.2':
    'internal/ident/ident.go, Check looks at length, form and variant; ident_test.go, TestOtherFormsAreRefused.',
  'T1.3': 'internal/command/command.go, Run; command_test.go holds the exit codes and where each text goes.',
  'T2.1': 'internal/service/handler.go, Handler; handler_test.go asks for each address.',
  'T2.2':
    'internal/service/handler.go, refuse and onlyGet; handler_test.go, TestRefusesWithAStatusAndAReason.',
  'T2.3':
    'internal/service/serve.go: the server has a limit for headers, request, answer and idle connections.',
  'T2.4': 'internal/service/serve.go, Serve and stop; serve_test.go stops a running service.',
  C1: 'internal/ident/ident.go, New, and the acceptance test of C1.',
  C2: 'internal/ident/ident.go, Check, and the acceptance test of C2.',
  C3: 'internal/service and the acceptance test of C3, which starts the service and asks it.',
  C4: 'internal/command/command.go and the acceptance test of C4.',
  C5: 'internal/service/serve.go: four time limits, and a stop that lets requests end.',
}

/** A server that has a handler and nothing else: a line that is there, not one that a diff takes away. */
const NO_LIMITS = /^(?!-).*&http\.Server\{Handler: Handler\(\)\}/m

/** Judges one task by the code that the prompt shows. */
export function verify({ task, prompt }: { task: string; prompt: string }): object {
  if (task.startsWith('T2') && NO_LIMITS.test(prompt)) return UNLIMITED
  return approved(tasks.find(each => task.split(' ')[0] === each.id)?.criteria ?? [])
}

/** Judges the whole by the criteria of the brief. */
export function verifyProject(): object {
  return { ...approved(brief.criteria), addTasks: [] }
}

function approved(criteria: readonly { id: string }[]) {
  return {
    verdict: 'APPROVED',
    criteria: criteria.map(({ id }) => ({
      id,
      met: true,
      evidence: EVIDENCE[id] ?? 'The checks that were run.',
    })),
    reasons: [],
    changes: [],
  }
}

const UNLIMITED = {
  verdict: 'REJECTED',
  criteria: [
    {
      id: 'T2.1',
      met: true,
      evidence: 'internal/service/handler.go, Handler; handler_test.go asks for each address.',
    },
    { id: 'T2.2', met: true, evidence: 'internal/service/handler.go, refuse and onlyGet.' },
    {
      id: 'T2.3',
      met: false,
      evidence: 'internal/service/serve.go: `&http.Server{Handler: Handler()}` has no limit at all.',
    },
    { id: 'T2.4', met: true, evidence: 'internal/service/serve.go, Serve and stop.' },
  ],
  reasons: [
    'The server waits for ever: a client that sends one letter a minute keeps its connection, and a few hundred of them keep everybody else out. No test would notice.',
  ],
  changes: [
    'internal/service/serve.go: set ReadHeaderTimeout, ReadTimeout, WriteTimeout and IdleTimeout of the server, each by a named constant.',
  ],
}
