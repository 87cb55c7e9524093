import { expect, test, vi } from 'vitest'
import { debugInTraceOf, inTraceOf } from '../../../../../../services/shared/runtime/messaging/in-trace-of.ts'
import { currentTrace, currentWork } from '../../../../../../services/shared/runtime/process/trace-context.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const traceparent = Buffer.from(`00-${traceId}-b7ad6b7169203331-01`)
const where = () => ({ traceId: currentTrace()?.traceId, labels: currentWork()?.labels })

test('work is done in the trace of its record, and log lines say the saga', () => {
  const headers = { traceparent, correlationId: Buffer.from('order-1') }
  expect(inTraceOf({ headers }, where)).toEqual({ traceId, labels: { correlationId: 'order-1' } })
})

test('without a trace a new one begins; without a saga none is said', () => {
  const { traceId: begun, labels } = inTraceOf({ headers: {} }, where)
  expect(begun).toMatch(/^[0-9a-f]{32}$/)
  expect(begun).not.toBe(traceId)
  expect(labels).toStrictEqual({})
})

test('lines for debugging are written in the trace of their record where such lines are written at all', () => {
  const silent = () => undefined
  const traces: unknown[] = []
  const debug = vi.fn(() => void traces.push(currentTrace()?.traceId))
  const logger = { debug, info: silent, warn: silent, error: silent }
  const isLevelEnabled = vi.fn(() => false)
  debugInTraceOf({ ...logger, isLevelEnabled }, { headers: { traceparent } }, { n: 1 }, 'done')
  expect(debug).not.toHaveBeenCalled()
  expect(isLevelEnabled).toHaveBeenCalledWith('debug')
  debugInTraceOf({ ...logger, isLevelEnabled: () => true }, { headers: { traceparent } }, { n: 1 }, 'done')
  debugInTraceOf(logger, { headers: { traceparent } }, { n: 2 }, 'done')
  expect(debug.mock.calls).toEqual([
    [{ n: 1 }, 'done'],
    [{ n: 2 }, 'done'],
  ])
  expect(traces).toEqual([traceId, traceId])
})
