import type { OrderView, PackagesView, PackageView } from '../http/buying.ts'
import type { CreditsView } from '../http/credits.ts'
import type { PreviewView } from '../http/preview.ts'
import type { SecretsView } from '../http/secrets.ts'
import type {
  AttemptView,
  CallView,
  CheckView,
  FilesView,
  FileView,
  ProjectView,
  SessionView,
  SummaryView,
} from '../http/views.ts'
import type { PersonEvent } from '../projects/say.ts'

export type {
  AttemptView,
  CallView,
  CheckView,
  CreditsView,
  FilesView,
  FileView,
  OrderView,
  PackagesView,
  PackageView,
  PersonEvent,
  PreviewView,
  ProjectView,
  SecretsView,
  SessionView,
  SummaryView,
}
export type TaskView = ProjectView['taskList'][number]
export type DeliveryView = ProjectView['deliveries'][number]
export type CommandView = DeliveryView['commands'][number]
export type PictureView = DeliveryView['pictures'][number]
export type TransactionView = CreditsView['transactions'][number]
/** A value goes to the server and never comes back. */
export type NewSecret = { name: string; value: string; description?: string }
export type VerdictView = NonNullable<AttemptView['verdict']>

/** The server said no: `message` is its plain sentence for the person. */
export class ApiRefusal extends Error {
  readonly reason: string
  readonly status: number

  constructor(reason: string, says: string, status: number) {
    super(says)
    this.name = 'ApiRefusal'
    this.reason = reason
    this.status = status
  }
}

/** Whether a failure means that this browser has not opened the sign-in link yet. */
export function isSignIn(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 401
}

/** Whether the server knows nothing of what was asked for, so that asking again is of no use. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiRefusal && error.status === 404
}

const UNREACHABLE = 'The server does not answer. See that it is running, then try again.'

/** What to tell the person about anything that went wrong. */
export function saysOf(error: unknown): string {
  return error instanceof ApiRefusal ? error.message : UNREACHABLE
}

export const api = {
  session: () => get<SessionView>('/api/session'),
  projects: () => get<{ projects: SummaryView[] }>('/api/projects'),
  create: (description: string) => post<ProjectView>('/api/projects', { description }),
  project: (id: string) => get<ProjectView>(of(id)),
  say: (id: string, event: PersonEvent) => post<ProjectView>(of(id, 'say'), event),
  /** Attempts at one task, or at all of them. */
  attempts: (id: string, task?: string) =>
    get<{ attempts: AttemptView[] }>(of(id, 'attempts', task === undefined ? undefined : { task })),
  calls: (id: string) => get<{ calls: CallView[] }>(of(id, 'calls')),
  files: (id: string) => get<FilesView>(of(id, 'files')),
  file: (id: string, path: string) => get<FileView>(of(id, 'file', { path })),
  preview: (id: string) => get<PreviewView>(of(id, 'preview')),
  /** Starts one, or gives the one that runs more time. */
  startPreview: (id: string) => post<PreviewView>(of(id, 'preview'), {}),
  stopPreview: (id: string) => post<PreviewView>(of(id, 'preview/stop'), {}),
  secrets: (id: string) => get<SecretsView>(of(id, 'secrets')),
  setSecret: (id: string, secret: NewSecret) => post<SecretsView>(of(id, 'secrets'), secret),
  removeSecret: (id: string, name: string) => post<SecretsView>(of(id, 'secrets/remove'), { name }),
  /** One page of what changed the balance, from `after` on. */
  credits: (after: string | null) =>
    get<CreditsView>(after === null ? '/api/credits' : `/api/credits?${new URLSearchParams({ after })}`),
  packages: () => get<PackagesView>('/api/packages'),
  order: (packageId: string) => post<OrderView>('/api/orders', { package: packageId }),
  /** An order, after its processor was asked whether it was paid. */
  lookAt: (orderId: string) => get<OrderView>(`/api/orders/${encodeURIComponent(orderId)}?look=yes`),
}

/** Addresses that the browser opens by itself. */
export function downloadUrl(id: string): string {
  return of(id, 'download')
}

export function pictureUrl(id: string, delivery: number, name: string): string {
  return of(id, `pictures/${delivery}/${encodeURIComponent(name)}`)
}

export function eventsUrl(id: string, after: number): string {
  return of(id, 'events', { after: String(after) })
}

function of(id: string, part?: string, query?: Record<string, string>): string {
  const path = `/api/projects/${encodeURIComponent(id)}${part ? `/${part}` : ''}`
  return query ? `${path}?${new URLSearchParams(query)}` : path
}

async function get<Answer>(url: string): Promise<Answer> {
  return answerOf(await fetch(url, { headers: { accept: 'application/json' } }))
}

async function post<Answer>(url: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  return answerOf(await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }))
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (response.ok) return response.json()
  const refusal: { reason?: string; says?: string } = await response.json().catch(() => ({}))
  const says =
    refusal.says ?? `The server answered with an error (${response.status}). Try again in a moment.`
  throw new ApiRefusal(refusal.reason ?? 'unknown', says, response.status)
}
