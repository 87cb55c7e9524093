import type { TSchema } from 'typebox'
import type { MeshClient, MeshRequest } from '../../../../services/shared/runtime/http/mesh-client.ts'
import { type UnavailableReason, UpstreamUnavailable } from '../../../../services/shared/runtime/http/upstream-unavailable.ts'

/** What a service answers: a JSON body with status 200 or another, or why it is unavailable. */
export type Scripted =
  | { readonly status?: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly unavailable: UnavailableReason }

export interface Sent extends MeshRequest<TSchema> {
  readonly service: string
}

/** A mesh of services that answer from a script, keyed `service METHOD path`; it remembers what it was asked. */
export function fakeMesh(script: Readonly<Record<string, Scripted>>): MeshClient & { readonly sent: Sent[] } {
  const sent: Sent[] = []
  return {
    sent,
    request: async (service, request) => {
      sent.push({ service, ...request } as Sent)
      const answer = script[`${service} ${request.method} ${request.path}`]
      if (!answer) throw new Error(`The test has no answer of ${service} for ${request.method} ${request.path}`)
      if ('unavailable' in answer) throw new UpstreamUnavailable({ service, reason: answer.unavailable })
      const { status = 200, body, headers = {} } = answer
      return status < 300 ? { ok: true, status, headers, body: body as never } : { ok: false, status, headers, body }
    },
    close: async () => undefined,
  }
}

/** The problem body as a service behind the gateway writes it. */
export const refusal = (status: number, code: string, title = 'No.'): Scripted => ({
  status,
  body: { type: `urn:breakwater:problem:${code}`, title, status, code, detail: 'Because.' },
})
