// The sheet of the service is kept on this device, so that it can be read when the connection is gone.
(() => {
  "use strict";
})();
