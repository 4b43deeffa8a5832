import { start } from './plan.ts'

export const readme = {
  title: 'Ids',
  overview:
    'A small service that hands out UUIDs, random ones or ones that sort by the time at which they were made, and says of any id whether it is one, of which version, and when it was made. The same works on the command line. Ordered ids tell everybody who has one when it was made; where that matters, take random ones.',
  prerequisites: ['Go 1.21 or newer'],
  install: [
    {
      command: 'go mod download',
      says: 'Fetches the one module that is used, at the version in go.mod.',
    },
  ],
  configuration: '`PORT` is the port of the service; 8080 when it is not set, and 0 for any free one.',
  test: [
    {
      command: 'go test ./...',
      says: 'Runs all tests, the acceptance tests among them.',
    },
  ],
  run: [
    { command: start.command, says: 'Serves at http://127.0.0.1:8080 until Ctrl-C.', serves: start.serves },
  ],
  features: [
    'Random ids (UUID version 4) and ordered ones (version 7), up to 1000 at once',
    'Says of an id its version, and of an ordered one when it was made',
    'One usual form is an id and nothing else is, whatever other parsers take',
    'JSON with a reason for every refusal',
    'Time limits for slow clients, and an end that lets answers under way go out',
  ],
  usage: [
    {
      command: 'go run . new',
      says: 'Makes a random id.',
    },
    {
      command: 'go run . new -kind ordered -count 3',
      says: 'Makes three that sort by time.',
    },
    {
      command: 'go run . check 018e3bc0-4000-7000-8000-000000000001',
      says: 'Says what an id is.',
    },
    {
      command: 'go run . check hello',
      says: 'What is no id is refused with the reason.',
      exitCode: 1,
    },
  ],
  layout: [
    {
      path: 'main.go',
      says: 'starts the program',
    },
    {
      path: 'internal/ident/',
      says: 'making and reading of ids',
    },
    {
      path: 'internal/command/',
      says: 'arguments, and what is printed',
    },
    {
      path: 'internal/service/handler.go',
      says: 'the answers over HTTP',
    },
    {
      path: 'internal/service/serve.go',
      says: 'listening, time limits and the end',
    },
    {
      path: 'tests/',
      says: 'acceptance tests',
    },
    {
      path: 'docs/',
      says: 'requirements, architecture, API and deployment',
    },
  ],
}
