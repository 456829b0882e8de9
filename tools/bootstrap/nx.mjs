#!/usr/bin/env node
// What `npx nx` runs in this repository (the root package.json names it), so that an old Node is told, in one
// line, what works, before Nx or a test fails on it in its own way.
import { nxInstead } from './decide.mjs';

const args = process.argv.slice(2);
const instead = nxInstead(process.version, args);
if (instead) {
  console.error(instead);
  process.exitCode = 1;
} else {
  process.argv.splice(2, Infinity, 'nx', ...args);
  await import('./run.mjs');
}
