"""How do products and prices read?"""

from typing import Final

from sandbox.ids import salesforce_id
from sandbox.salesforce.row import Row, a_row
from sandbox.salesforce.wording import amount
from sandbox.world import Price, World

STANDARD_PRICEBOOK: Final = salesforce_id("Pricebook2", 1)


def product_ids(world: World) -> dict[str, str]:
    """The id of each product, by SKU."""
    return {sku: salesforce_id("Product2", number) for number, sku in enumerate(world.products, start=1)}


def products(world: World) -> list[Row]:
    """Everything sold."""
    return [
        a_row(
            "Product2",
            number,
            world.anchor,
            world.anchor,
            Name=product.name,
            ProductCode=product.sku,
            StockKeepingUnit=product.sku,
            Global_Product_Id__c=product.sku,
            IsActive=True,
        )
        for number, product in enumerate(world.products.values(), start=1)
    ]


def pricebooks(world: World) -> list[Row]:
    """The standard price book, the only one."""
    values = {"Name": "Standard Price Book", "IsActive": True, "IsStandard": True}
    return [a_row("Pricebook2", 1, world.anchor, world.anchor, **values)]


def entries(world: World) -> list[Row]:
    """The list prices, one entry each."""
    ids = product_ids(world)
    return [_entry(world, price, ids[price.sku]) for price in world.prices.values()]


def _entry(world: World, price: Price, product: str) -> Row:
    values = {
        "Name": world.products[price.sku].name,
        "ProductCode": price.sku,
        "Product2Id": product,
        "Pricebook2Id": STANDARD_PRICEBOOK,
        "UnitPrice": amount(price.unit_amount, price.currency),
        "CurrencyIsoCode": price.currency,
        "IsActive": True,
    }
    return a_row("PricebookEntry", price.number, world.anchor, world.anchor, **values)
