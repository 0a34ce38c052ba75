/* Space-time diagrams answer: what can have caused this event, what can it have
   affected? */
"use strict";
