import type { FastifyRequest } from 'fastify'
import type { SharedThrottle } from './limit-requests.ts'

/** What the table of routes, and the stage, allow everybody together. Each stage has buckets of its own. */
export function throttlesOf({ routeOptions: { config, method, url }, stage }: FastifyRequest): SharedThrottle[] {
  const route = config.api?.throttle
  const { throttle } = stage.settings
  return [
    ...(route ? [{ by: 'route' as const, bucket: `${stage.name} ${String(method)} ${url}`, throttle: route }] : []),
    ...(throttle ? [{ by: 'stage' as const, bucket: stage.name, throttle }] : []),
  ]
}

/** Whether its stage wants a key with a request: for what customers and partners ask, not for pages (they are in no table), operators and preflights. */
export const needsKey = ({ method, routeOptions: { config, url = '' }, stage }: FastifyRequest): boolean =>
  stage.settings.keyRequired === true && config.api !== undefined && method !== 'OPTIONS' && !/^\/v\d+\/gateway\//.test(url)
