import { z } from 'zod'
import { done, messageOf, type Result } from '../../failure.ts'
import { type ContainerReason, hintFor, IMAGE_UNNAMED, IMAGE_WITH_VOLUMES } from './diagnosis.ts'
import { command, type Engine, refused } from './engine.ts'

/** What is known of the image in which generated code runs. */
export type Image = {
  name: string
  /** Its own PATH, by which its toolchains are found. */
  path: string
}

const CONFIG = z.object({
  Env: z.array(z.string()).nullish(),
  Volumes: z.record(z.string(), z.unknown()).nullish(),
})

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export async function readImage(engine: Engine, name: string): Promise<Result<Image, ContainerReason>> {
  if (name === '') return refused(IMAGE_UNNAMED)
  try {
    const { stdout } = await command(engine, ['image', 'inspect', '--format', '{{json .Config}}', name])
    const { Env, Volumes } = CONFIG.parse(JSON.parse(stdout))
    if (Volumes && Object.keys(Volumes).length > 0) return refused(IMAGE_WITH_VOLUMES)
    const path = Env?.find(variable => variable.startsWith('PATH='))?.slice('PATH='.length)
    return done({ name, path: path || SYSTEM_PATH })
  } catch (error) {
    return refused(hintFor(messageOf(error)), error)
  }
}
