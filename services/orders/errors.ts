/** Refusals of orders: code → HTTP status and title of the problem. */
export const ordersErrors = {
  ORDER_UNKNOWN: { status: 404, title: 'No such order. Check the order id.' },
  ORDER_ALREADY_SHIPPED: { status: 409, title: 'The order is shipped and can no longer be cancelled. Send it back instead.' },
  ORDER_NOT_RESERVED: { status: 409, title: 'The order cannot be paid before its stock is reserved.' },
  IDEMPOTENCY_KEY_REQUIRED: { status: 400, title: 'Send an Idempotency-Key header, so that a retry cannot order twice.' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'An Idempotency-Key has 8 to 128 characters out of A-Z a-z 0-9 . _ : -' },
  IDEMPOTENCY_KEY_REUSED: { status: 409, title: 'This Idempotency-Key was used for another order. Use a new one.' },
  IF_MATCH_INVALID: { status: 400, title: 'If-Match must be `*`, or entity tags as in ETag of the order, of 10 versions at most' },
  SKU_REPEATED: { status: 422, title: 'A product may stand in one line only. Add up the quantities.' },
  ORDER_TOTAL_TOO_LARGE: { status: 422, title: 'The total is more than one order may have. Split the order.' },
} as const

export type OrdersErrorCode = keyof typeof ordersErrors
