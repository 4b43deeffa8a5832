import { Argument, Command, CommanderError, Option } from 'commander'
import type { Clock } from '../clock.ts'
import { type Config, readConfig, rehearsing } from '../config.ts'
import { messageOf, OutsideFailure } from '../failure.ts'
import { listAlerts, markSeen } from './alertCommands.ts'
import { type Client, clientOf } from './client.ts'
import { connect, type OpenHost } from './connection.ts'
import { type CreditsOptions, showCredits } from './creditsCommand.ts'
import { demo } from './demo.ts'
import { doctor } from './doctorCommand.ts'
import { applyEditFile } from './editCommands.ts'
import { EXIT, Refused } from './exit.ts'
import { buildIndex, queryIndex } from './indexCommands.ts'
import { addKey, disableKey, enableKey, listKeys, rotateKeys } from './keyCommands.ts'
import { printLink } from './linkCommand.ts'
import { auditLedger, grantCredits, listUsers } from './operatorCommands.ts'
import {
  buy,
  endPackage,
  listPackages,
  listPayments,
  lockUser,
  reconcilePayments,
  refundPayment,
  type SellOptions,
  sellPackage,
} from './paymentCommands.ts'
import { preview } from './previewCommands.ts'
import { endPrice, listPrices, type PriceOptions, setPrice, syncPrices } from './pricingCommands.ts'
import {
  type DownloadOptions,
  downloadZip,
  listProjects,
  newProject,
  showStatus,
  tellEvents,
  tellLeftOver,
} from './projectCommands.ts'
import { type ReportOptions, reportLedger } from './reportCommand.ts'
import { checkSandbox, EXEC_PHASES, type ExecOptions, execInSandbox } from './sandboxCommands.ts'
import { secrets } from './secretCommands.ts'
import { type ServedHost, serve } from './serve.ts'
import { openTerminal, type Terminal } from './terminal.ts'

/** What `main.ts` gives the terminal: how the product is opened, and the time. */
export type Wiring = { open: OpenHost<ServedHost>; clock: Clock }

/** Runs the command line and returns the exit code. */
export async function runProgram(wiring: Wiring, words: readonly string[]): Promise<number> {
  const program = programOf(wiring)
  try {
    await program.parseAsync([...words], { from: 'user' })
    return EXIT.done
  } catch (thrown) {
    return failed(thrown)
  }
}

function failed(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage
  const advice = thrown instanceof OutsideFailure ? ` ${thrown.advice}` : ''
  process.stderr.write(`${messageOf(thrown)}${advice}\n`)
  return thrown instanceof Refused ? thrown.code : EXIT.refused
}

type Stand = { config: Config; clock: Clock; here: boolean; client: Client; terminal: Terminal }

function programOf(wiring: Wiring): Command {
  const program = new Command('botwright')
    .description(
      'A self-hosted software factory: describe an app, get a ZIP that is proven to install, test and start.',
    )
    .option('--json', 'print JSON and nothing else on standard output')
    .option('--data-dir <dir>', 'where everything is kept (overrides DATA_DIR)')
    .exitOverride()
    .showHelpAfterError()
    .configureHelp({ showGlobalOptions: true })
  const terminal = () => openTerminal(program.opts<{ json?: boolean }>().json === true)
  const config = () => {
    const { dataDir } = program.opts<{ dataDir?: string }>()
    return readConfig({ DATA_DIR: dataDir })
  }
  const working = async (
    only: readonly string[] | undefined,
    command: (stand: Stand) => Promise<void>,
    settings = config(),
  ) => {
    const connection = await connect(settings, wiring.open, only)
    if (!connection.ok) throw new Refused(connection.says)
    const { here, close } = connection.value
    const { clock } = wiring
    const stand = { config: settings, clock, here, client: clientOf(connection.value), terminal: terminal() }
    try {
      if (only && here) await tellLeftOver(stand, only)
      await command(stand)
    } finally {
      await close()
    }
  }
  const connected = (command: (stand: Stand) => Promise<void>) => working(undefined, command)
  const command = (name: string, description: string) =>
    program.command(name).description(description).exitOverride().showHelpAfterError()

  command('start', 'start everything: web page, API and work').action(async () => {
    const settings = config()
    const app = await wiring.open(settings)
    if (!app.ok) throw new Refused(app.says)
    await serve(settings, app.value, terminal())
  })
  command('demo', 'build a rehearsal app from description to ZIP, with no key')
    .option('--app <name>', 'which rehearsal, or all')
    .option('--ask', 'answer the questions yourself')
    .action((options: { app?: string; ask?: boolean }) =>
      working([], stand => demo(stand, { ...options, ask: options.ask === true }), rehearsing(config())),
    )
  command('new', 'describe an app and follow its project')
    .argument('<description>')
    .option('--yes', 'take the first offered answers, build and approve')
    .action((description: string, options: { yes?: boolean }) =>
      working([], stand => newProject(stand, description, options.yes === true)),
    )
  command('projects', 'list projects').action(() => connected(listProjects))
  command('status', 'show one project')
    .argument('<id>')
    .action((id: string) => connected(stand => showStatus(stand, id)))
  command('events', 'what happened to a project')
    .argument('<id>')
    .option('--follow', 'go on with what happens next')
    .action((id: string, options: { follow?: boolean }) =>
      working(options.follow === true ? [id] : undefined, stand =>
        tellEvents(stand, id, options.follow === true),
      ),
    )
  command('download', 'save the last delivered ZIP')
    .argument('<id>')
    .option('--out <file>', 'where to; default is the data directory')
    .option('--pictures <dir>', 'also save the pictures of the running app in this folder')
    .action((id: string, options: DownloadOptions) => connected(stand => downloadZip(stand, id, options)))
  command('preview', 'run the delivered app behind a link of its own, until Ctrl-C')
    .argument('<id>')
    .option('--minutes <count>', 'for how long at most, 1 to 30 (default: 15)')
    .action((id: string, options: { minutes?: string }) =>
      connected(stand => preview(stand, id, options.minutes)),
    )
  command('secrets', 'what an app finds in its environment: list, set or remove; a value is typed unseen')
    .argument('<id>')
    .addArgument(new Argument('[action]').choices(['list', 'set', 'remove']).default('list'))
    .argument('[name]')
    .option('--description <text>', 'what it is for; models read this')
    .action(
      (
        id: string,
        action: 'list' | 'set' | 'remove',
        name: string | undefined,
        options: { description?: string },
      ) => connected(stand => secrets(stand, id, { action, name, ...options })),
    )
  command('link', 'print a new link that lets one browser in').action(() => connected(printLink))
  command('credits', 'what you have, and what changed it')
    .option('--limit <count>', 'how many transactions, at most 200')
    .option('--after <place>', 'older ones, from where the last page ended')
    .action((options: CreditsOptions) => connected(stand => showCredits(stand, options)))
  command('doctor', 'try every configured model with one tiny call, and say what else is there').action(() =>
    connected(doctor),
  )
  command('migrate', 'bring the database up to date').action(() =>
    connected(async ({ terminal: out }) => {
      out.say('The database is up to date.')
      out.emit({ migrated: true })
    }),
  )

  const users = command('users', 'people and their credits')
  users
    .command('list')
    .description('list users with their balances')
    .action(() => connected(listUsers))
  users
    .command('grant')
    .description('give credits to a user, or take them back with a negative amount')
    .argument('<user>')
    .argument('<credits>')
    .option('--reason <text>', 'what the user sees', 'A grant by the operator')
    .action((user: string, amount: string, options: { reason: string }) =>
      connected(async stand => {
        await grantCredits(stand, user, amount, options.reason)
        if (stand.here) await tellLeftOver(stand, [])
      }),
    )
  users
    .command('lock')
    .description('let a user spend nothing more')
    .argument('<user>')
    .action((user: string) => connected(stand => lockUser(stand, user, true)))
  users
    .command('unlock')
    .description('take that back; what is owed or disputed still locks')
    .argument('<user>')
    .action((user: string) => connected(stand => lockUser(stand, user, false)))
  command('buy', 'order credits by card, or list what there is')
    .argument('[package]')
    .action((id: string | undefined) => connected(stand => buy(stand, id)))
  const packages = command('packages', 'what is sold')
  packages
    .command('list')
    .description('list what is sold')
    .action(() => connected(listPackages))
  packages
    .command('sell')
    .description('sell a package, or change one')
    .argument('<id>')
    .requiredOption('--name <text>', 'what people read')
    .requiredOption('--credits <count>', 'how many credits')
    .requiredOption('--price <amount>', 'for instance 5.00')
    .option('--currency <code>', 'of the price', 'usd')
    .option('--stars <count>', 'the price in Telegram Stars (default: not sold there)')
    .action((id: string, options: SellOptions) => connected(stand => sellPackage(stand, id, options)))
  packages
    .command('end')
    .description('sell a package no more')
    .argument('<id>')
    .action((id: string) => connected(stand => endPackage(stand, id)))
  const payments = command('payments', 'who paid, and what came of it')
  payments
    .command('list')
    .description('list payments, newest first')
    .action(() => connected(listPayments))
  payments
    .command('refund')
    .description('give a payment back; its credits are taken back, and what is gone is owed')
    .argument('<payment>')
    .action((payment: string) => connected(stand => refundPayment(stand, payment)))
  payments
    .command('reconcile')
    .description('compare with the lists of the processors, as every night')
    .option('--days <count>', 'how far back', '7')
    .action((options: { days: string }) => connected(stand => reconcilePayments(stand, options.days)))
  const pricing = command('pricing', 'prices of models')
  pricing
    .command('list')
    .description('list the prices in force and before')
    .action(() => connected(listPrices))
  pricing
    .command('set')
    .description('set the price of a model, in USD per million tokens; it stands until you set another')
    .argument('<provider:model>')
    .requiredOption('--input <usd>', 'tokens that are read')
    .requiredOption('--output <usd>', 'tokens that are written')
    .option('--cached <usd>', 'tokens read from a cache (default: input)')
    .option('--cache-write <usd>', 'tokens written to a cache (default: input)')
    .option('--thinking <usd>', 'tokens of thinking (default: output)')
    .option('--image <usd>', 'one picture, in USD', '0')
    .action((model: string, price: PriceOptions) => connected(stand => setPrice(stand, model, price)))
  pricing
    .command('end')
    .description('end the price of a model: it is not called any more')
    .argument('<provider:model>')
    .action((model: string) => connected(stand => endPrice(stand, model)))
  pricing
    .command('sync')
    .description("bring prices up to date from the provider's list and the shipped catalogue")
    .action(() => connected(syncPrices))
  const keys = command('keys', 'keys of model providers')
  keys
    .command('add')
    .description('add a key, read from standard input or typed unseen')
    .argument('<provider>', 'google or openrouter')
    .option('--label <text>', 'what you call it')
    .option('--expires <date>', 'the last day to use it, for instance 2027-01-31 (UTC)')
    .action((provider: string, options: { label?: string; expires?: string }) =>
      connected(stand => addKey(stand, provider, options)),
    )
  keys
    .command('list')
    .description('list the keys with their use and what is to be done about them')
    .action(() => connected(listKeys))
  keys
    .command('disable')
    .description('stop using a key')
    .argument('<id>')
    .action((id: string) => connected(stand => disableKey(stand, id)))
  keys
    .command('enable')
    .description('use a key again')
    .argument('<id>')
    .action((id: string) => connected(stand => enableKey(stand, id)))
  keys
    .command('rotate')
    .description('seal every key anew, under the first master key of API_KEY_ENCRYPTION_KEY')
    .action(() => connected(rotateKeys))
  const alerts = command('alerts', 'what an operator must know').action(() => connected(listAlerts))
  alerts
    .command('seen')
    .description('mark an alert as seen')
    .argument('<id>')
    .action((id: string) => connected(stand => markSeen(stand, id)))
  const ledger = command('ledger', 'the books')
  ledger
    .command('audit')
    .description('prove that every account balances and every call is charged exactly once')
    .action(() => connected(auditLedger))
  ledger
    .command('report')
    .description('what calls cost, what was paid for them, and how good the quotes were')
    .option('--from <date>', 'the first day (UTC), for instance 2026-11-01')
    .option('--to <date>', 'the last day (UTC)')
    .addOption(
      new Option('--by <what>', 'split by')
        .choices(['provider', 'model', 'project', 'user', 'day'])
        .default('provider'),
    )
    .action((options: ReportOptions) => connected(stand => reportLedger(stand, options)))

  const sandbox = command('sandbox', 'where generated code runs')
  sandbox
    .command('check')
    .description('say what the sandbox promises on this machine')
    .action(() => checkSandbox(config(), terminal()))
  sandbox
    .command('exec')
    .description('run one command in the sandbox, on a copy of a folder')
    .requiredOption('--workspace <dir>', 'the folder')
    .addOption(new Option('--phase <phase>', 'decides the limits').choices(EXEC_PHASES).default('test'))
    .argument('<command...>')
    .action((words: string[], options: ExecOptions) => execInSandbox(config(), terminal(), words, options))

  const index = command('index', 'search a folder as the models do')
  index
    .command('build')
    .description('index a folder and say how large it is')
    .argument('<dir>')
    .action((dir: string) => buildIndex(terminal(), dir))
  index
    .command('query')
    .description('search a folder')
    .argument('<dir>')
    .argument('[text]')
    .option('--batch <file>', 'one JSON object per line with `q`; one answer per line')
    .option('-k <count>', 'how many passages', '10')
    .action((dir: string, text: string | undefined, options: { batch?: string; k: string }) =>
      queryIndex(terminal(), dir, text, options),
    )
  const edit = command('edit', 'edits as models write them')
  edit
    .command('apply')
    .description('apply an answer with edits to a folder, all or nothing')
    .requiredOption('--root <dir>', 'the folder')
    .argument('<file>', 'the answer, or - for standard input')
    .action((file: string, options: { root: string }) => applyEditFile(terminal(), options.root, file))
  return program
}
