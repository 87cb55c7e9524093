import { firstVersion } from '../../services/shared/contracts/deployment.ts'
import { CommandError } from '../cli/command-error.ts'
import { type Canary, type HttpRoute, type Share, splitRoutes, stableRoutes } from './canary-routes.ts'
import { canarySubsets, type RuleSpec } from './canary-subsets.ts'

/** The version that charts give replicas. */
const stable = firstVersion
/** One may be ejected and the stage still has a host. */
const canaryReplicas = 2

/** A version of a destination that has a Deployment, with or without pods. */
export interface Version {
  readonly deployment: string
  readonly running: boolean
}

/** Where the traffic of one destination is split: on the laptop or in a cluster. */
export interface SplitTarget {
  /** All versions of the destination by name. @throws CommandError when there is no such destination */
  versions(): Promise<ReadonlyMap<string, Version>>
  /** Fulfilled when the changed DestinationRule is in force, with what it says then. */
  changeRule(change: (spec: RuleSpec) => RuleSpec): Promise<RuleSpec>
  /** Fulfilled when the changed routes of its VirtualService are in force. */
  changeRoutes(change: (routes: readonly HttpRoute[]) => readonly HttpRoute[]): Promise<void>
  /** Gives a Deployment this many pods at least, or takes all; fulfilled when they are ready, or gone. */
  scale(deployment: string, replicas: number): Promise<void>
  /** Until no caller's proxy has a route to a subset: one that still had would answer 503 when the subset goes. */
  awaitUndivided(): Promise<void>
}

/**
 * Splits a destination's traffic between its versions, live, or takes all back.
 * Nothing of it is declared in manifests, because a subset without pods would answer 503.
 * @param wanted undefined takes all back
 * @returns what holds now, in words
 * @throws CommandError when there is no such destination or version, or somebody else changes a policy at the same moment
 */
export async function splitTraffic(target: SplitTarget, destination: string, wanted: Share | undefined): Promise<string> {
  const others = new Map([...(await target.versions())].filter(([name]) => name !== stable))
  if (others.size === 0) throw new CommandError(`${destination} has one version only, so there is nothing to split.`)
  if (!wanted) {
    await end(target, [...others.values()])
    return `All traffic of ${destination} goes to ${stable}; other versions have no pods.`
  }
  const { subset: canary, percent } = wanted
  const version = others.get(canary)
  if (!version)
    throw new CommandError(`${destination} has no version ${canary} beside ${stable}: choose from ${[...others.keys()].join(', ')}.`)
  await begin(target, { stable, canary, percent }, version)
  return `${destination}: ${percent} % to ${canary}, ${100 - percent} % to ${stable}; with the header x-stage: canary all to ${canary}.`
}

/** New pods are hosts of the undivided destination as well, so everything goes to the stable version by name before they start. */
async function begin(target: SplitTarget, split: Canary, { deployment, running }: Version): Promise<void> {
  await target.changeRule((spec) => ({ ...spec, subsets: canarySubsets(split, spec) }))
  if (!running) await target.changeRoutes((routes) => stableRoutes(routes, split.stable))
  await target.scale(deployment, canaryReplicas)
  await target.changeRoutes((routes) => splitRoutes(routes, split))
}

/** The same backwards; a subset goes only when no caller's proxy has a route to it any more. */
async function end(target: SplitTarget, others: readonly Version[]): Promise<void> {
  const { subsets } = await target.changeRule((spec) => spec)
  if (subsets) await target.changeRoutes((routes) => stableRoutes(routes, stable))
  await Promise.all(others.map(({ deployment }) => target.scale(deployment, 0)))
  await target.changeRoutes((routes) => splitRoutes(routes))
  await target.awaitUndivided()
  await target.changeRule(({ subsets: _, ...spec }) => spec)
}
