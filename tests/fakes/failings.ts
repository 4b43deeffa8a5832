import type { FailureKind } from '../../src/llm/model.ts'
import type { Provider } from '../../src/llm/providers/provider.ts'
import { alike, type Failing, LEAK } from './alike.ts'
import { chatAnswer, localError, openrouterError } from './chat.ts'
import { googleAnswer, googleBlocked, googleError } from './google.ts'
import { events, json, type Manner, type Reply } from './server.ts'

/** Every provider in every way to fail, with bodies as the providers send them. */

const replied = (reply: Reply): Manner => ({ kind: 'reply', reply })
/** Four tokens in, none out. */
const COUNTED = { promptTokenCount: 4, totalTokenCount: 4 }
const upstream = (raw: string) => ({ provider_name: 'Fake', raw })
/** A reply that says in its header when to come back. */
const later = (reply: Reply): Reply => ({ ...reply, headers: { ...reply.headers, 'retry-after': '7' } })
/** A chunk in which the error stands beside the text that came before it. */
const insideChoice = (error: { code: number; message: string }) => ({
  id: 'gen-1',
  model: 'fake-1',
  choices: [{ index: 0, delta: { content: 'Hel' }, finish_reason: 'error', error }],
})

/** Every cell, so that a hole is an error of types; the test counts that none is empty. */
export function failingsOf(provider: Provider): Record<FailureKind, readonly Failing[]> {
  const own = OWN[provider]
  const shared = alike(provider)
  return {
    ...own,
    ...shared,
    'rate-limited': [...own['rate-limited'], ...shared['rate-limited']],
    timeout: [...own.timeout, ...shared.timeout],
  }
}

type OwnKind = Exclude<FailureKind, 'cancelled' | 'network'>

const OWN: Readonly<Record<Provider, Record<OwnKind, readonly Failing[]>>> = {
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
      { manner: replied(googleError(429, 'RESOURCE_EXHAUSTED', LEAK, undefined, { status: 200 })) },
    ],
    overloaded: [
      { manner: replied(googleError(503, 'UNAVAILABLE', `The model is overloaded. ${LEAK}`)) },
      { manner: replied(googleError(500, 'INTERNAL', LEAK)) },
      {
        manner: replied(
          googleAnswer({
            text: 'Hel',
            usage: COUNTED,
            error: { code: 503, status: 'UNAVAILABLE', message: LEAK },
          }),
        ),
      },
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
    refused: [
      { manner: replied(googleBlocked('SAFETY')) },
      { manner: replied(googleAnswer({ text: 'Hel', finishReason: 'RECITATION', usage: COUNTED })) },
    ],
    malformed: [
      { manner: replied({ status: 200, body: `<html>${LEAK}</html>` }) },
      { manner: replied(events([{ candidates: 'none' }])) },
      { manner: replied(googleAnswer({ text: 'Hel', finishReason: null, usage: COUNTED })) },
      { manner: replied(googleAnswer({ text: 'Hel', finishReason: 'MAX_TOKENS', usage: COUNTED })) },
      { manner: replied(json(200, {})) },
    ],
    timeout: [{ manner: replied(googleError(504, 'DEADLINE_EXCEEDED', LEAK)) }],
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
      {
        manner: replied(later(events([insideChoice({ code: 429, message: LEAK })]))),
        expected: { retryAfterMs: 7_000 },
      },
    ],
    overloaded: [
      { manner: replied(openrouterError(503, LEAK)) },
      { manner: replied(openrouterError(502, LEAK, upstream(LEAK), { status: 200 })) },
      { manner: replied(chatAnswer({ text: 'Hel', error: { code: 502, message: LEAK } })) },
      { manner: replied(chatAnswer({ text: 'Hel', error: { code: 'server_error', message: LEAK } })) },
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
      { manner: replied(events([{ id: 'gen-1', choices: 'none' }])) },
      { manner: replied(chatAnswer({ text: 'Hel', finishReason: null })) },
      { manner: replied(chatAnswer({ text: 'Hel', finishReason: 'length' })) },
      { manner: replied(chatAnswer({ text: '' })) },
    ],
    timeout: [{ manner: replied(openrouterError(408, LEAK)) }],
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
      { manner: replied(json(200, { error: { code: 503, message: LEAK, type: 'unavailable_error' } })) },
      { manner: replied(events([{ error: { code: 500, message: LEAK, type: 'server_error' } }])) },
      {
        manner: replied(events([{ object: 'error', message: LEAK, type: 'InternalServerError', code: 500 }])),
      },
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
      { manner: replied(chatAnswer({ text: 'Hel', finishReason: null })) },
      { manner: replied(chatAnswer({ text: ' ' })) },
    ],
    timeout: [{ manner: replied({ status: 504, body: LEAK }) }],
    unknown: [
      {
        manner: replied(json(404, { error: `model "x" not found, try pulling ${LEAK}` })),
        expected: { retry: false },
      },
      { manner: replied(json(422, { detail: LEAK })), expected: { retry: false } },
    ],
  },
}
