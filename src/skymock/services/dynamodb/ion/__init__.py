"""Amazon Ion's text, as far as DynamoDB's exports and imports speak it. (DynamoDB table export output format)"""

from skymock.services.dynamodb.ion.reader import IonError, IonReader
from skymock.services.dynamodb.ion.writer import VERSION_MARKER, written_field, written_item, written_value

__all__ = ["VERSION_MARKER", "IonError", "IonReader", "written_field", "written_item", "written_value"]
