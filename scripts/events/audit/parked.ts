import { originOf, readResolution } from '../../../services/shared/runtime/messaging/dead-letter.ts'
import { place } from '../log/current-event.ts'
import { answerOf } from './answer.ts'
import { type Examiner, faults } from './examiner.ts'

/** A parked command is answered and lies in the dead letters, both in one transaction: one without the other is torn. */
export function examineParked(): Examiner {
  const unburied = faults('commands answered as parked that are in no dead letter')
  const unanswered = faults('dead letters of commands that were not answered as parked')
  const answered = new Set<string>()
  const buried = new Set<string>()
  return {
    step: ({ source, outcome }) => {
      const isParked = outcome.some((event) => answerOf(event)?.code === 'COMMAND_PARKED')
      if (isParked) answered.add(`${source}`)
    },
    deadLetter: (record) => {
      const command = originOf(record)
      if (command?.topic.endsWith('.commands') && !readResolution(record)) buried.add(place(command))
    },
    checks: () => {
      for (const source of answered) if (!buried.has(source)) unburied.add(source)
      for (const source of buried) if (!answered.has(source)) unanswered.add(source)
      return [unburied.check(), unanswered.check()]
    },
  }
}
