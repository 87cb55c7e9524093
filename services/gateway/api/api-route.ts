import type { FastifyRequest } from 'fastify'
import type { Static, TObject, TSchema } from 'typebox'
import type { Throttle } from '../../shared/contracts/api/usage-plans.ts'
import type { Access } from '../access/access.ts'
import type { OrderOwners } from '../access/order-owners.ts'
import type { Shop } from '../clients.ts'
import type { PartialResponse } from '../handlers/partial-response.ts'
import type { InFlightLimit } from '../handlers/temporary-limit.ts'
import type { KeyOffice } from '../plans/key-office.ts'
import type { StageOperations } from '../stages/stage-operations.ts'

/** What handlers work with. Whoever adds a part makes it in `app.ts`. */
export interface Parts {
  readonly shop: Shop
  readonly owners: OrderOwners
  readonly partialResponse: () => PartialResponse
  readonly inFlightLimit: InFlightLimit
  readonly stages: StageOperations
  readonly office: KeyOffice
}

/** One kind of answer that is no problem. Without `body` it has none. */
export interface AnswerKind {
  readonly description: string
  readonly body?: TSchema
  readonly headers?: TObject
}

/** What may come in and go out. All but `headers` is checked before a handler runs. */
export interface RouteSchemas {
  readonly params?: TObject
  readonly query?: TObject
  /** Documented, and looked at by the handler or a service: each of these headers has a problem of its own, or is ignored when it makes no sense. */
  readonly headers?: TObject
  readonly body?: TSchema
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerKind>>
}

/** One row of the table of routes. */
export interface ApiRoute extends RouteSchemas {
  /** Of the route in its version, for generated clients: `placeOrder`. */
  readonly operationId: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the version, as Fastify writes it: `/orders/:id`. */
  readonly path: string
  /** One line. */
  readonly summary: string
  /** What it is listed under: `orders`. */
  readonly tag: string
  /** Who may call. */
  readonly access: Access
  /** What all callers together may ask of it. */
  readonly throttle?: Throttle
  /** A request with an API key takes nothing of the key's quota here. */
  readonly takesNoQuota?: true
  /** Codes of this route's own by status; those that any route has (401, 413, 503 …) follow from the rest of the row. */
  readonly problems?: Readonly<Record<number, readonly string[]>>
  readonly handler: (request: FastifyRequest, parts: Parts) => Answer | Promise<Answer>
}

/** What a handler answers. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One version of the API: reading it is reading what the gateway offers. */
export interface ApiVersion {
  /** First part of each path: `v1`. */
  readonly name: string
  readonly deprecation?: Deprecation
  readonly routes: readonly ApiRoute[]
}

/** The version still works, and another is better. */
export interface Deprecation {
  readonly since: Date
  /** From then on it may be gone. */
  readonly sunset: Date
  /** Name of the version to use. */
  readonly successor: string
}

type AnswerKinds = RouteSchemas['answers']

/** An answer that is one of these kinds. */
export type AnswerOf<Kinds extends AnswerKinds> = {
  [Status in keyof Kinds & number]: { readonly status: Status; readonly headers?: Answer['headers'] } & BodyOf<Kinds[Status]>
}[keyof Kinds & number]
type BodyOf<Kind> = Kind extends { readonly body: infer Schema extends TSchema } ? { readonly body: Static<Schema> } : object

type TypedRoute<Params extends TObject, Query extends TObject, Body extends TSchema, Kinds extends AnswerKinds> = Omit<
  ApiRoute,
  'params' | 'query' | 'body' | 'answers' | 'handler'
> & {
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly answers: Kinds
  readonly handler: (
    request: FastifyRequest<{ Params: Static<Params>; Querystring: Static<Query>; Body: Static<Body> }>,
    parts: Parts,
  ) => AnswerOf<Kinds> | Promise<AnswerOf<Kinds>>
}

/** An answer as a handler gives it; without body where its kind has none. */
export const answer = <Status extends number, Body = undefined>(status: Status, body?: Body, headers?: Answer['headers']) => ({
  status,
  ...(headers && { headers }),
  body: body as Body,
})

/** A row whose handler gets what its schemas say, and answers what they say. */
export const apiRoute = <Params extends TObject, Query extends TObject, Body extends TSchema, const Kinds extends AnswerKinds>(
  route: TypedRoute<Params, Query, Body, Kinds>,
): ApiRoute => route as unknown as ApiRoute

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The row of the table that this route was made of: plugins read there who may call it, how often, and what it is called. */
    api?: ApiRoute
  }
}
