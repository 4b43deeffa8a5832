/** The tasks of the plan, exact enough that the one who builds them need not ask. */
export const tasks = [
  {
    id: 'T1',
    title: 'Make and check ids on the command line',
    detail: [
      '`internal/ident`: `New(kind string, count int) ([]string, error)` makes "random" (UUID version 4) or "ordered" (version 7) ids,',
      '1 to 1000; `Check(text string) (Facts, error)` reads one in its usual form of 36 characters, in small or large letters, and answers',
      'Facts{ID, Version, MadeAt *time.Time} with JSON names id, version, madeAt (UTC, of version 7 only). No dashes, braces, "urn:uuid:" or',
      'an id of another variant are errors that quote 40 characters at most. Use github.com/google/uuid v1.6.0.',
      '`internal/command`: `Run(args []string, out, problems io.Writer) int` with the commands new (-kind, -count), check ID... and help;',
      'exit codes 0, 1 when an id is none, 2 when arguments are not understood. `main.go` only calls it. The module is called ids, go 1.21.',
    ].join(' '),
    files: [
      'go.mod',
      'main.go',
      'internal/ident/ident.go',
      'internal/ident/ident_test.go',
      'internal/command/command.go',
      'internal/command/command_test.go',
    ],
    dependsOn: [],
    criteria: [
      {
        id: 'T1.1',
        text: 'New makes as many ids as asked, all different; ordered ones are sorted as they come.',
      },
      {
        id: 'T1.2',
        text: 'Check takes the usual form only, says version and time, and refuses everything else with a reason.',
      },
      {
        id: 'T1.3',
        text: 'Ids go to standard output, problems to standard error; the exit code is 0, 1 or 2 as described.',
      },
    ],
  },
  {
    id: 'T2',
    title: 'The same over HTTP',
    detail: [
      '`internal/service`: `Handler() http.Handler` answers GET / with a short help, GET /new?kind=&count= with ids, one on a line, that no cache',
      'may keep, and GET /check/ID with the Facts as JSON. What is wrong is {"error": "..."} with 400, an unknown address 404, another method 405 with',
      'Allow. `Serve(until context.Context, port string, out io.Writer) error` listens on 127.0.0.1, prints "Listening on http://ADDRESS" once',
      'it does (port 0 is any free one), and stops when the context ends: requests that are under way have five seconds. Limits for headers, requests,',
      'answers and idle connections. The command `serve` takes the port from PORT (8080) and stops at Ctrl-C and SIGTERM with exit code 0.',
    ].join(' '),
    files: [
      'internal/service/handler.go',
      'internal/service/handler_test.go',
      'internal/service/serve.go',
      'internal/service/serve_test.go',
      'internal/command/command.go',
    ],
    dependsOn: ['T1'],
    criteria: [
      {
        id: 'T2.1',
        text: '/, /new and /check/ID answer as described, and new ids are never kept by a cache.',
      },
      {
        id: 'T2.2',
        text: 'Everything else is refused with the right status and a reason in JSON.',
      },
      {
        id: 'T2.3',
        text: 'A client that sends or reads slowly cannot hold its connection for ever.',
      },
      {
        id: 'T2.4',
        text: 'It says where it listens, and ends with exit code 0 when it is told to stop.',
      },
    ],
  },
]
