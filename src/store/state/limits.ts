/** A task of one day; lists that are older should be read again. */
export const stateAgeMs = 24 * 60 * 60 * 1000;

/** All members of one state as JSON. An isolate has 128 MB, and every run that names `state` reads all of it. */
export const maxStateBytes = 4 * 1024 * 1024;
