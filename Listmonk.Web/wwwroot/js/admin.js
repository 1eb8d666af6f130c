// Small helpers of the admin pages.
