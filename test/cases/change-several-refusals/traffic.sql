-- at before-copy
UPDATE a SET m = 0;
