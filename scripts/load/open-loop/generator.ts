import { constants, setPriority } from 'node:os'
import { type GeneratorOrder, sendOnSchedule } from './send-on-schedule.ts'

// A process of its own: what the caller does meanwhile (asking proxies, printing) delays no request, and its CPU time is that of the load alone.
process.on('message', async (order: GeneratorOrder) => {
  process.send?.(await sendOnSchedule(order))
})
// The caller has gone, or needs no more loads.
process.once('disconnect', () => process.exit())

// It uses little CPU, and what it waits for it counts as lateness of its own.
try {
  setPriority(constants.priority.PRIORITY_HIGH)
} catch {
  // Not everybody may do that. Who may not gets the same numbers, and is told when the generator was late.
}
