import { setTimeout } from 'node:timers/promises'

/**
 * Waits before attempt `failures + 1`: 50 ms, doubling, at most 2 s.
 * @param signal ends the wait at once
 */
export async function backOff(failures: number, signal?: AbortSignal): Promise<void> {
  const ms = Math.min(50 * 2 ** (failures - 1), 2000)
  await setTimeout(ms, undefined, { signal }).catch(() => undefined)
}

/** Log sampling: what fails again and again is logged the first time, and then every thirtieth. @param failures in a row */
export const isLogged = (failures: number): boolean => failures === 1 || failures % 30 === 0
