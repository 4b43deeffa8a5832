import { LAYERS } from '../../../src/sandbox/bubblewrap/layers.ts'
import { openStage } from './stage.ts'

/** A supervisor that is killed in the middle of a run: `node dying.ts LAYER,LAYER` names the layers it does without. */
const without = LAYERS.filter(layer => process.argv[2]?.split(',').includes(layer))
const stage = await openStage({ without })
const workspace = await stage.workspace(new Map())
const command = ['/bin/sh', '-c', 'sleep 7300001$BAIT_TAG & wait']
await stage.run({ workspace: workspace.dir, phase: 'test', command })
