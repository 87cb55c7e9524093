import { parentPort, workerData } from 'node:worker_threads'
import { type GeneratorOrder, sendOnSchedule } from './send-on-schedule.ts'

// A thread of its own: what the caller does meanwhile (asking proxies, printing) delays no request.
parentPort?.postMessage(await sendOnSchedule(workerData as GeneratorOrder))
