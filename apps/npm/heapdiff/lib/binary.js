// Where the program of this platform is. It is never looked for on the PATH: there it may be this package's launcher.
'use strict';

const { accessSync, constants } = require('node:fs');

// Platforms that have a package @heapdiff/PLATFORM-ARCH. A static program needs no C library, so Linux has no
// packages by libc.
const platforms = Object.keys(require('../package.json').optionalDependencies)
  .map((name) => name.slice('@heapdiff/'.length));

function findBinary(environment = process.env) {
  if (environment.HEAPDIFF_BINARY) {
    try {
      accessSync(environment.HEAPDIFF_BINARY, constants.X_OK);
    } catch {
      throw new Error(`HEAPDIFF_BINARY names ${environment.HEAPDIFF_BINARY}, which is not a program that can be run`);
    }
    return environment.HEAPDIFF_BINARY;
  }
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.includes(platform)) {
    throw new Error(`there is no program for ${platform}, only for ${platforms.join(', ')}. `
      + 'Build one from the source, and name it in HEAPDIFF_BINARY');
  }
  try {
    return require.resolve(`@heapdiff/${platform}/heapdiff`);
  } catch {
    throw new Error(`the package @heapdiff/${platform} is not installed. Install without --omit=optional `
      + '(a lock file made on another platform can also leave it out), or name a program in HEAPDIFF_BINARY');
  }
}

module.exports = { findBinary };
