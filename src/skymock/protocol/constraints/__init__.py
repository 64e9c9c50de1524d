"""Validation of a request from its model alone, in AWS's wording."""

from skymock.protocol.constraints.compilation import constraints_of, error_message
from skymock.protocol.constraints.style import Style, style_of

__all__ = ["Style", "constraints_of", "error_message", "style_of"]
