-- at before-copy
UPDATE a SET v = 0;
