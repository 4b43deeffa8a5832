import { LAYERS } from '../../../src/sandbox/bubblewrap/layers.ts'
import { openStage } from './stage.ts'

/** A supervisor that prints which descriptors its run has: `node leaking.ts LAYER,LAYER` names the layers it does without. */
const without = LAYERS.filter(layer => process.argv[2]?.split(',').includes(layer))
const stage = await openStage({ without })
const workspace = await stage.workspace(new Map())
const command = ['/bin/sh', '-c', 'ls -l /proc/self/fd']
const { stdout } = await stage.run({ workspace: workspace.dir, phase: 'test', command })
await workspace.dispose()
await stage.close()
process.stdout.write(stdout)
