/**
 * Runs `member` so many times at once as `size` says at any moment. A member asks `wanted()` before each piece of work and returns when it is not; where it
 * returns although it is wanted, there is no work left and nobody is recruited any more. The first failure ends the others at their next
 * question, and is the failure of the whole.
 */
export async function runCrew(size: () => number, member: (wanted: () => boolean) => Promise<void>): Promise<void> {
  const members = new Map<number, Promise<void>>();
  const failures: unknown[] = [];
  let workIsLeft = true;
  const isWanted = (place: number): boolean => failures.length === 0 && place < size();
  const recruit = (): void => {
    for (let place = 0; workIsLeft && isWanted(place); place += 1)
      if (!members.has(place)) members.set(place, employ(place));
  };
  const employ = async (place: number): Promise<void> => {
    // A member that asks at once must not find its own place free.
    await Promise.resolve();
    // Not narrowed by the compiler, which does not see the assignment below.
    let told = true as boolean;
    try {
      await member(() => {
        recruit();
        told = isWanted(place);
        return told;
      });
      if (told) workIsLeft = false;
    } catch (error) {
      failures.push(error);
    } finally {
      members.delete(place);
    }
  };
  recruit();
  while (members.size > 0) await Promise.race(members.values());
  if (failures.length > 0) throw failures[0];
}
