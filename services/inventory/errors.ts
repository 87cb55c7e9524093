/** Refusals of inventory: code → HTTP status and title of the problem. */
export const inventoryErrors = {
  STOCK_NOT_RESERVED: { status: 409, title: 'Only stock that is reserved for the order can be sold to it.' },
  RECEIPT_REUSED: { status: 409, title: 'This receipt was already booked with another quantity. Use a new Idempotency-Key.' },
} as const

export type InventoryErrorCode = keyof typeof inventoryErrors
