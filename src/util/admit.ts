/** Runs a piece of work as soon as it is welcome; how long that may take is the giver's business. */
export type Admit = <T>(work: () => Promise<T>) => Promise<T>;
