export { createCache, type Cache } from './cache.ts';
export {
  openDirectory,
  type AccountDirectory,
  type AddressLookup,
  type AddressOwner,
  type Connection,
  type Directory,
  type KnownConnection,
  type NameLookup,
  type UserPair,
} from './directory.ts';
