/** Refusals of payments: none yet. What others must react to (`PaymentDeclined`) is an event. */
export const paymentsErrors = {} as const

export type PaymentsErrorCode = keyof typeof paymentsErrors
