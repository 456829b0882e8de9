export { parseJson, readJson, requireFormType, requireJsonType } from './body.ts';
export { createHttpClient, type HttpAnswer, type HttpClient, type HttpClientOptions } from './client.ts';
export { AddressRefused, refusedAddressOf } from './guarded-connector.ts';
export { callableAddresses, privateProviders, type CallableAddresses } from './private-networks.ts';
export { operationsRoutes, type Readiness } from './operations.ts';
export { Problem, problemOf, problemReply } from './problem.ts';
export {
  tracedBy,
  type Handler,
  type HttpReply,
  type HttpRequest,
  type RequestNotes,
  type Route,
  type Traced,
} from './route.ts';
export { httpServer, type HttpServer, type HttpServerOptions } from './server.ts';
