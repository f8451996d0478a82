"""Says how many tests ran, and names what was skipped and why, from the reports that the build left."""

import glob
import sys
import xml.etree.ElementTree as ElementTree

passed = failed = skipped = 0
reasons = {}
for path in sorted(glob.glob("*/target/surefire-reports/*.xml")):
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
            told = case.find("skipped")
            reason = (told.get("message") or told.text or "no reason given").strip().splitlines()[0]
            reason = reason.removeprefix("org.opentest4j.TestAbortedException: ").removeprefix("Assumption failed: ")
            reasons.setdefault(reason, []).append(case.get("classname").rsplit(".", 1)[-1])
        else:
            passed += 1

if reasons:
    print("Skipped:")
    for reason, suites in sorted(reasons.items()):
        print(f"  {len(suites)} in {', '.join(sorted(set(suites)))}: {reason}")
else:
    print("Nothing was skipped.")
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(0 if failed == 0 and passed > 0 else 1)
