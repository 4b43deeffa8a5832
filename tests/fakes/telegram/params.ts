import { z } from 'zod'
import { inlineKeyboard } from './markup.ts'

/** The parameters of core.telegram.org/bots/api, as far as a bot that talks and sells for Stars has use for them. */

const PLACES = { offset: z.int().min(0), length: z.int().min(1) }
const SHOWN = [
  ...(['mention', 'hashtag', 'cashtag', 'bot_command', 'url', 'email', 'phone_number', 'bold'] as const),
  ...(['italic', 'underline', 'strikethrough', 'spoiler', 'blockquote', 'expandable_blockquote'] as const),
  'code',
] as const
const entities = z.array(
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.enum(SHOWN), ...PLACES }),
    z.strictObject({ type: z.literal('pre'), language: z.string().optional(), ...PLACES }),
    z.strictObject({ type: z.literal('text_link'), url: z.url(), ...PLACES }),
  ]),
)

const UPDATE_KINDS = [
  ...(['message', 'edited_message', 'callback_query', 'pre_checkout_query', 'shipping_query'] as const),
  ...(['my_chat_member', 'chat_member', 'message_reaction', 'message_reaction_count'] as const),
  ...(['inline_query', 'purchased_paid_media', 'subscription'] as const),
] as const
const allowed_updates = z.array(z.enum(UPDATE_KINDS)).optional()

/** A private chat has the number of its person. */
const chat_id = z.int()

const text = {
  text: z.string(),
  parse_mode: z.literal('HTML').optional(),
  entities: entities.optional(),
  link_preview_options: z.strictObject({ is_disabled: z.boolean().optional() }).optional(),
  reply_markup: inlineKeyboard.optional(),
}
const quietly = { disable_notification: z.boolean().optional(), protect_content: z.boolean().optional() }

const bytes = (min: number, max: number) =>
  z.string().refine(value => Buffer.byteLength(value) >= min && Buffer.byteLength(value) <= max, {
    error: `must have ${min} to ${max} bytes`,
  })

/** Not documented for invoices: that of paid media, the nearest that is. */
const STARS_MAX = 25_000

const invoice = {
  title: z.string().min(1).max(32),
  description: z.string().min(1).max(255),
  payload: bytes(1, 128),
  provider_token: z.literal('').optional(),
  currency: z.literal('XTR'),
  prices: z
    .array(z.strictObject({ label: z.string().min(1), amount: z.int().min(1).max(STARS_MAX) }))
    .length(1),
  photo_url: z.url().optional(),
  photo_size: z.int().optional(),
  photo_width: z.int().optional(),
  photo_height: z.int().optional(),
}

export const PARAMS = {
  getMe: z.strictObject({}),
  getUpdates: z.strictObject({
    offset: z.int().optional(),
    limit: z.int().min(1).max(100).optional(),
    timeout: z.int().min(0).max(50).optional(),
    allowed_updates,
  }),
  setWebhook: z.strictObject({
    url: z.union([z.url({ protocol: /^https$/ }), z.literal('')]),
    max_connections: z.int().min(1).max(100).optional(),
    allowed_updates,
    drop_pending_updates: z.boolean().optional(),
    secret_token: z
      .string()
      .regex(/^[\w-]{1,256}$/)
      .optional(),
  }),
  deleteWebhook: z.strictObject({ drop_pending_updates: z.boolean().optional() }),
  setMyCommands: z.strictObject({
    commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^[a-z\d_]{1,32}$/),
          description: z.string().min(1).max(256),
        }),
      )
      .max(100),
  }),
  sendMessage: z.strictObject({ chat_id, ...text, ...quietly }),
  editMessageText: z.strictObject({ chat_id, message_id: z.int().min(1), ...text }),
  answerCallbackQuery: z.strictObject({
    callback_query_id: z.string().min(1),
    text: z.string().max(200).optional(),
    show_alert: z.boolean().optional(),
    cache_time: z.int().min(0).optional(),
  }),
  sendInvoice: z.strictObject({
    chat_id,
    ...invoice,
    start_parameter: z
      .string()
      .regex(/^[\w-]{0,64}$/)
      .optional(),
    reply_markup: inlineKeyboard.optional(),
    ...quietly,
  }),
  createInvoiceLink: z.strictObject(invoice),
  answerPreCheckoutQuery: z
    .strictObject({
      pre_checkout_query_id: z.string().min(1),
      ok: z.boolean(),
      error_message: z.string().min(1).max(255).optional(),
    })
    .refine(({ ok, error_message }) => ok || error_message !== undefined, {
      error: 'error_message is required when ok is false',
    }),
  refundStarPayment: z.strictObject({
    user_id: z.int().min(1),
    telegram_payment_charge_id: z.string().min(1),
  }),
  getStarTransactions: z.strictObject({
    offset: z.int().min(0).optional(),
    limit: z.int().min(1).max(100).optional(),
  }),
} as const

export type Params<Name extends keyof typeof PARAMS> = z.output<(typeof PARAMS)[Name]>
