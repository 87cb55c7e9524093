/** Refusals of notifications: none. */
export const notificationsErrors = {} as const

export type NotificationsErrorCode = keyof typeof notificationsErrors
