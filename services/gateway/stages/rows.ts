import { Type } from 'typebox'
import { StageHistory, StageName } from '../../shared/contracts/api/gateway.ts'
import type { Access } from '../access/access.ts'
import { type ApiRoute, answer, apiRoute } from '../api/api-route.ts'
import { Publication, Rollback, Share, StageList, StageOutcome } from './stage-operations.ts'

const access: Access = { scopes: ['gateway:admin'] }
const tag = 'stages'
const params = Type.Object({ name: StageName })
const changed = { 200: { description: 'What has become of it, and the stage as it is now', body: StageOutcome } }

/** In a cluster, the ingress does not let these through. */
export const stageRows: readonly ApiRoute[] = [
  apiRoute({
    operationId: 'listStages',
    method: 'GET',
    path: '/gateway/stages',
    summary: 'All stages, with the versions that they can go back to',
    tag,
    access,
    answers: { 200: { description: 'The stages by name', body: StageList } },
    handler: (_request, { stages }) => answer(200, stages.list()),
  }),
  apiRoute({
    operationId: 'getStage',
    method: 'GET',
    path: '/gateway/stages/:name',
    summary: 'One stage',
    tag,
    access,
    params,
    answers: { 200: { description: 'The stage', body: StageHistory } },
    problems: { 404: ['STAGE_UNKNOWN'] },
    handler: ({ params: { name } }, { stages }) => answer(200, stages.get(name)),
  }),
  apiRoute({
    operationId: 'publishStage',
    method: 'PUT',
    path: '/gateway/stages/:name',
    summary: 'Make a definition the live one, on all replicas within a second',
    tag,
    access,
    params,
    body: Publication,
    answers: changed,
    problems: { 409: ['STAGE_SELECTION_TAKEN', 'COMMAND_PARKED'], 422: ['STAGE_PERCENT_IMPOSSIBLE', 'TOO_MANY_STAGES'] },
    handler: async ({ params: { name }, body }, { stages }) => answer(200, await stages.publish(name, body)),
  }),
  apiRoute({
    operationId: 'shiftStageTraffic',
    method: 'PUT',
    path: '/gateway/stages/:name/percent',
    summary: 'Give a stage another share of the requests that no rule gives to a stage',
    tag,
    access,
    params,
    body: Share,
    answers: changed,
    problems: { 404: ['STAGE_UNKNOWN'], 409: ['COMMAND_PARKED'], 422: ['STAGE_PERCENT_IMPOSSIBLE'] },
    handler: async ({ params: { name }, body }, { stages }) => answer(200, await stages.shift(name, body)),
  }),
  apiRoute({
    operationId: 'rollBackStage',
    method: 'POST',
    path: '/gateway/stages/:name/rollback',
    summary: 'Go back to an earlier version; nobody is sent to the stage by its share any more',
    tag,
    access,
    params,
    body: Rollback,
    answers: changed,
    problems: { 404: ['STAGE_VERSION_UNKNOWN'], 409: ['STAGE_SELECTION_TAKEN', 'COMMAND_PARKED'] },
    handler: async ({ params: { name }, body }, { stages }) => answer(200, await stages.rollBack(name, body)),
  }),
]
