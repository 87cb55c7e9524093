import { aTurn, leaveHalf, type Pause } from './pace.ts'

/** Events that may be left for when writers are paused: less than a second's work. */
const fewEvents = 2000

/**
 * Builds in rounds, each up to where the writers were when it began, until a round had few events only. What is there at first is built at
 * leisure; who then has to catch up must not be slower than who writes.
 * @param round builds one with this pause after each transaction; @returns its events
 * @returns events of all rounds
 */
export async function catchUp(round: (pause: Pause) => Promise<number>): Promise<number> {
  let events = await round(leaveHalf)
  for (let news = events; news > fewEvents; events += news) news = await round(aTurn)
  return events
}
