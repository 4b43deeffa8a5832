import { openApp } from './app.ts'
import { runProgram } from './cli/program.ts'
import { systemClock } from './clock.ts'

process.exitCode = await runProgram(
  { open: config => openApp(config), clock: systemClock },
  process.argv.slice(2),
)
