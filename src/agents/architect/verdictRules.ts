/** What holds for every verdict, on a task and on the whole project. */
export const VERDICT_RULES = [
  'APPROVED only when every criterion is met and no check failed. `evidence` says where you saw it: file and line, or',
  'the check that shows it; "looks fine" is no evidence. What you cannot see is not met.',
  'Also reject for: data that can be lost, money in floats, input that reaches a shell, path or page unescaped, secrets in',
  'code, a crash with a stack trace on wrong input, tests that were weakened, skipped or made to pass without the',
  'behaviour, code that special-cases the tests. Do not reject for taste, naming, or features nobody asked for.',
  '`reasons`: what is wrong, one sentence each, empty when approved. `changes`: what to do about each, with file, function',
  'and the exact behaviour wanted; somebody who sees only these lines and the code must be able to do it.',
].join('\n')
