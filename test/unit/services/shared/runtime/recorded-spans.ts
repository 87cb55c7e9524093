import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { tracerOf } from '../../../../../services/shared/runtime/process/open-telemetry.ts'
import { samplerOf } from '../../../../../services/shared/runtime/process/sampler.ts'
import { traceWith } from '../../../../../services/shared/runtime/process/spans.ts'
import type { TracingConfig } from '../../../../../services/shared/runtime/process/tracing-config.ts'

/** Tracing switched on, with an exporter in memory, until it is disposed of. */
export interface RecordedSpans extends Disposable {
  /** Those that were sent, in that order. */
  readonly ended: () => readonly ReadableSpan[]
  readonly named: (name: string) => ReadableSpan
}

export function recordSpans(config: TracingConfig = { OTEL_TRACES_SAMPLER: 'parentbased_always_on' }): RecordedSpans {
  const ended: ReadableSpan[] = []
  traceWith(tracerOf({ sampler: samplerOf(config), send: (span) => void ended.push(span) }))
  return {
    ended: () => ended,
    named: (name) => {
      const [only, ...others] = ended.filter((span) => span.name === name)
      if (!only || others.length > 0) throw new Error(`${others.length + (only ? 1 : 0)} spans are named ${name}`)
      return only
    },
    [Symbol.dispose]: () => traceWith(undefined),
  }
}
