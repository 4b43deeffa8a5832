import type { FailureKind, ModelFailure } from '../../src/llm/model.ts'
import type { Provider } from '../../src/llm/providers/provider.ts'
import { chatAnswer, localError, openrouterError } from './chat.ts'
import { googleBlocked, googleError } from './google.ts'
import { SECRET } from './rig.ts'
import { json, type Manner, type Reply } from './server.ts'

/** Every provider in every way to fail, with bodies as the providers send them. */

/** A path as local servers show it. */
export const PATH = '/srv/models/secret.gguf'
/** What providers really put into their messages, and nobody should read: keys, paths, hosts. */
const LEAK = `key ${SECRET} of https://host.example/x?key=${SECRET} at ${PATH}`

const replied = (reply: Reply): Manner => ({ kind: 'reply', reply })
const broken: Manner = { kind: 'break', reply: json(200, { half: 'of it' }) }
const hanging: Manner = { kind: 'hang' }
const upstream = (raw: string) => ({ provider_name: 'Fake', raw })

/** A way to fail: what the server does, and what must be heard of it beside the kind. */
export type Failing = {
  manner: Manner
  expected?: Partial<ModelFailure>
  signal?: () => AbortSignal
  idleMs?: number
}
const soon = () => AbortSignal.timeout(30)
const aborted = () => AbortSignal.abort()

export const FAILINGS: Readonly<Record<Provider, Record<FailureKind, readonly Failing[]>>> = {
  google: {
    'rate-limited': [
      {
        manner: replied(
          googleError(429, 'RESOURCE_EXHAUSTED', `You exceeded your quota, check your billing. ${LEAK}`, [
            { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [] },
            { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.07s' },
          ]),
        ),
        expected: { retry: true, retryAfterMs: 34_070 },
      },
      {
        manner: replied(googleError(429, 'RESOURCE_EXHAUSTED', 'Please retry in 2.5s.')),
        expected: { retryAfterMs: 2_500 },
      },
      { manner: replied(googleError(429, 'RESOURCE_EXHAUSTED', LEAK, undefined, 200)) },
    ],
    overloaded: [
      { manner: replied(googleError(503, 'UNAVAILABLE', `The model is overloaded. ${LEAK}`)) },
      { manner: replied(googleError(500, 'INTERNAL', LEAK)) },
    ],
    authentication: [
      {
        manner: replied(
          googleError(400, 'INVALID_ARGUMENT', `API key not valid. ${LEAK}`, [
            { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' },
          ]),
        ),
      },
      {
        manner: replied(
          googleError(403, 'PERMISSION_DENIED', `Your API key was reported as leaked. ${LEAK}`),
        ),
      },
    ],
    'out-of-provider-credit': [
      {
        manner: replied(
          googleError(429, 'RESOURCE_EXHAUSTED', `Your prepayment credits are depleted. ${LEAK}`),
        ),
      },
      { manner: replied(googleError(400, 'FAILED_PRECONDITION', `Please enable billing. ${LEAK}`)) },
    ],
    'context-too-long': [
      {
        manner: replied(
          googleError(
            400,
            'INVALID_ARGUMENT',
            'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
          ),
        ),
      },
    ],
    refused: [{ manner: replied(googleBlocked('SAFETY')) }],
    malformed: [
      { manner: replied({ status: 200, body: `<html>${LEAK}</html>` }) },
      { manner: replied(json(200, { candidates: 'none' })) },
      { manner: replied(json(200, {})) },
    ],
    timeout: [
      { manner: replied(googleError(504, 'DEADLINE_EXCEEDED', LEAK)) },
      { manner: hanging, signal: soon },
    ],
    cancelled: [{ manner: hanging, signal: aborted }],
    network: [{ manner: broken }],
    unknown: [
      {
        manner: replied(googleError(404, 'NOT_FOUND', `models/x is not found. ${LEAK}`)),
        expected: { retry: false },
      },
      { manner: replied(googleError(400, 'INVALID_ARGUMENT', LEAK)), expected: { retry: false } },
    ],
  },
  openrouter: {
    'rate-limited': [
      {
        manner: replied(openrouterError(429, LEAK, undefined, { headers: { 'retry-after': '7' } })),
        expected: { retry: true, retryAfterMs: 7_000 },
      },
      {
        manner: replied(
          openrouterError(
            429,
            'Rate limit exceeded',
            { headers: { 'X-RateLimit-Reset': String(Date.UTC(2026, 10, 22, 12, 0, 5)) } },
            { headers: { date: 'Sun, 22 Nov 2026 12:00:00 GMT' } },
          ),
        ),
        expected: { retryAfterMs: 5_000 },
      },
      {
        manner: replied(
          openrouterError(
            402,
            LEAK,
            { limit_source: 'openrouter_in_flight_budget' },
            { headers: { 'retry-after': '3' } },
          ),
        ),
        expected: { retryAfterMs: 3_000 },
      },
      {
        manner: replied(
          openrouterError(429, 'Provider returned error', upstream('Too many tokens, please wait')),
        ),
      },
    ],
    overloaded: [
      { manner: replied(openrouterError(503, LEAK)) },
      { manner: replied(openrouterError(502, LEAK, upstream(LEAK), { status: 200 })) },
    ],
    authentication: [{ manner: replied(openrouterError(401, `No auth credentials found. ${LEAK}`)) }],
    'out-of-provider-credit': [
      { manner: replied(openrouterError(402, `Insufficient credits. ${LEAK}`)), expected: { retry: false } },
      { manner: replied(openrouterError(403, LEAK, { limit_source: 'openrouter_key_limit' })) },
    ],
    'context-too-long': [
      { manner: replied(openrouterError(400, 'This endpoint’s maximum context length is 163840 tokens.')) },
      {
        manner: replied(
          openrouterError(
            400,
            'Provider returned error',
            upstream('{"message":"prompt is too long: 9 > 8"}'),
          ),
        ),
      },
    ],
    refused: [
      { manner: replied(openrouterError(403, LEAK, { reasons: ['violence'], flagged_input: LEAK })) },
      { manner: replied(chatAnswer({ text: 'Hel', finishReason: 'content_filter' })) },
    ],
    malformed: [
      { manner: replied({ status: 200, body: `<html>${LEAK}</html>` }) },
      { manner: replied(json(200, { id: 'gen-1', choices: [] })) },
      { manner: replied(chatAnswer({ text: '' })) },
    ],
    timeout: [{ manner: replied(openrouterError(408, LEAK)) }, { manner: hanging, signal: soon }],
    cancelled: [{ manner: hanging, signal: aborted }],
    network: [{ manner: broken }],
    unknown: [
      {
        manner: replied(openrouterError(400, `x is not a valid model ID. ${LEAK}`)),
        expected: { retry: false },
      },
    ],
  },
  local: {
    'rate-limited': [
      {
        manner: replied(localError(429, LEAK, 'rate_limit_exceeded', { 'retry-after-ms': '250' })),
        expected: { retry: true, retryAfterMs: 250 },
      },
      {
        manner: replied(
          localError(429, LEAK, 'requests', {
            date: 'Sun, 22 Nov 2026 12:00:00 GMT',
            'retry-after': 'Sun, 22 Nov 2026 12:01:00 GMT',
          }),
        ),
        expected: { retryAfterMs: 60_000 },
      },
    ],
    overloaded: [
      { manner: replied(localError(503, 'Loading model', 'unavailable_error')) },
      { manner: replied({ status: 500, body: LEAK }) },
      { manner: replied(json(500, { error: `llama runner process has terminated ${LEAK}` })) },
    ],
    authentication: [{ manner: replied(localError(401, LEAK, 'authentication_error')) }],
    'out-of-provider-credit': [{ manner: replied(localError(429, LEAK, 'insufficient_quota')) }],
    'context-too-long': [
      { manner: replied(localError(400, LEAK, 'exceed_context_size_error')) },
      {
        manner: replied(
          json(400, {
            object: 'error',
            message: 'This model’s maximum context length is 4096 tokens.',
            type: 'BadRequestError',
            code: 400,
          }),
        ),
      },
    ],
    refused: [{ manner: replied(chatAnswer({ refusal: 'I will not.' })) }],
    malformed: [
      { manner: replied({ status: 200, body: `<html>${LEAK}</html>` }) },
      { manner: replied(json(200, { choices: [] })) },
    ],
    timeout: [{ manner: replied({ status: 504, body: LEAK }) }, { manner: hanging, signal: soon }],
    cancelled: [{ manner: hanging, signal: aborted }],
    network: [{ manner: broken }],
    unknown: [
      {
        manner: replied(json(404, { error: `model "x" not found, try pulling ${LEAK}` })),
        expected: { retry: false },
      },
      { manner: replied(json(422, { detail: LEAK })), expected: { retry: false } },
    ],
  },
}
