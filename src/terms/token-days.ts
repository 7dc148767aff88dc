/** The longest that an access token for programs lasts. */
export const maxDays = 365;
