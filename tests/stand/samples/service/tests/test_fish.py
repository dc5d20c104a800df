import unittest

from cormorant.core import fish, flags


class Fish(unittest.TestCase):
    def test_price(self):
        self.assertEqual(fish.price(2), 6 if flags.is_on("NEW_BILLING") else 4)
