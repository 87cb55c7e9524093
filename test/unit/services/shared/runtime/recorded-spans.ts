import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { samplerOf, tracerOf } from '../../../../../services/shared/runtime/process/open-telemetry.ts'
import { traceWith } from '../../../../../services/shared/runtime/process/spans.ts'
import type { TracingConfig } from '../../../../../services/shared/runtime/process/tracing-config.ts'

/** Tracing switched on, with an exporter in memory, until it is disposed of. */
export interface RecordedSpans extends Disposable {
  /** Those that have ended, in that order. */
  readonly ended: () => readonly ReadableSpan[]
  readonly named: (name: string) => ReadableSpan
}

const everything: TracingConfig = { OTEL_TRACES_SAMPLER: 'parentbased_always_on', OTEL_TRACES_SAMPLER_ARG: 1 }

export function recordSpans(config: TracingConfig = everything): RecordedSpans {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ sampler: samplerOf(config), spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  traceWith(tracerOf(provider))
  return {
    ended: () => exporter.getFinishedSpans(),
    named: (name) => {
      const [only, ...others] = exporter.getFinishedSpans().filter((span) => span.name === name)
      if (!only || others.length > 0) throw new Error(`${others.length + (only ? 1 : 0)} spans are named ${name}`)
      return only
    },
    [Symbol.dispose]: () => traceWith(undefined),
  }
}
