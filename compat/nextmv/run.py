"""Runs the suite, and prints one JSON object a line for each test: its name, whether it passed, and why not."""

import json
import pathlib
import sys
import unittest


class Report(unittest.TestResult):
    def addSuccess(self, test):
        self.tell(test, True, "")

    def addFailure(self, test, err):
        self.tell(test, False, self._exc_info_to_string(err, test))

    addError = addFailure

    def addSkip(self, test, reason):
        self.tell(test, False, "skipped: " + reason)

    def tell(self, test, passed, why):
        print(json.dumps({"test": test.id(), "passed": passed, "why": why}), flush=True)


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    sys.path.insert(0, str(here))
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromNames(sys.argv[1:]) if sys.argv[1:] else loader.discover(str(here))
    suite.run(Report())
