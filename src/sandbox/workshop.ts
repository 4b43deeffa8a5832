import type { Dependencies } from './dependencies/dependencies.ts'
import type { Egress } from './egress/egress.ts'
import type { Sandbox } from './open.ts'
import type { FoundToolchain } from './toolchains/detect.ts'

/** Everything that running generated code takes: where it runs, what is found there, and where packages come from. */
export type Workshop = {
  sandbox: Sandbox
  toolchains: readonly FoundToolchain[]
  dependencies: Dependencies
  /** The mirror of the registries. It is opened when first needed, for asking the machine's package managers takes seconds. */
  egress(): Promise<Egress>
  /** Ends fetching, and removes what belongs to it on the disk. Nothing may be running. */
  close(): Promise<void>
}
