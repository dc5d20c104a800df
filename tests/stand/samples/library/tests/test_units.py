import importlib.util
import pathlib
import unittest

path = pathlib.Path(__file__).parent.parent / "python" / "gannet" / "units.py"
spec = importlib.util.spec_from_file_location("units", path)
units = importlib.util.module_from_spec(spec)
spec.loader.exec_module(units)


class Units(unittest.TestCase):
    def test_feet(self):
        self.assertEqual(units.feet(30.48), 100)
