/** Refusals of shipping: code → HTTP status and title of the problem. */
export const shippingErrors = {
  SHIPMENT_UNKNOWN: { status: 404, title: 'No such shipment. It is booked once the order is paid.' },
  SHIPMENT_CANCELLED: { status: 409, title: 'The shipment was cancelled; nothing can be dispatched.' },
} as const

export type ShippingErrorCode = keyof typeof shippingErrors
