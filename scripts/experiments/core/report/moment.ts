/** `28 Nov 2026, 15:24 UTC` */
export const moment = (iso: string): string =>
  `${new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })}, ${iso.slice(11, 16)} UTC`

/** Runs of one command follow each other; a result that is so much older than the newest one is of an earlier one. */
const earlierByMs = 3_600_000

/** Whether a result is of an earlier run than the newest of the page. */
export const isEarlier = (startedAt: string, all: readonly { readonly startedAt: string }[]): boolean =>
  all.some((other) => Date.parse(other.startedAt) - Date.parse(startedAt) > earlierByMs)
