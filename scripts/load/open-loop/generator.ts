import { type GeneratorOrder, sendOnSchedule } from './send-on-schedule.ts'

// A process of its own: what the caller does meanwhile (asking proxies, printing) delays no request, and its CPU time is that of the load alone.
process.on('message', async (order: GeneratorOrder) => {
  process.send?.(await sendOnSchedule(order))
})
// The caller has gone, or needs no more loads.
process.once('disconnect', () => process.exit())
